#ifndef STENO_CSQLITE_H
#define STENO_CSQLITE_H
#include <sqlite3.h>
#endif
