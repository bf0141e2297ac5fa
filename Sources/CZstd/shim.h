#ifndef STENO_CZSTD_H
#define STENO_CZSTD_H
#include <zstd.h>
#endif
