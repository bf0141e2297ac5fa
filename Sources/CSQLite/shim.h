#ifndef STENO_CSQLITE_H
#define STENO_CSQLITE_H
#include <sqlite3.h>

/* Whether SQLite counts what it allocates; to be said before the first connection is opened. A function of variable
   arguments, which Swift does not import.
   Source: https://www.sqlite.org/c3ref/c_config_covering_index_scan.html#sqliteconfigmemstatus */
static inline int steno_sqlite_memory_statistics(int wanted) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, wanted); }
#endif
