#ifndef STENO_CZLIB_H
#define STENO_CZLIB_H
#include <zlib.h>
#endif
