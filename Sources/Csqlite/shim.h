#ifndef HOISTWAY_CSQLITE_SHIM_H
#define HOISTWAY_CSQLITE_SHIM_H

#include <sqlite3.h>

// SQLITE_TRANSIENT, a cast of -1, is not known to Swift: SQLite copies the bytes at once. An absent address would be
// NULL instead of a value without bytes.
static inline int hoistway_bind_text(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int hoistway_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, index, bytes ? bytes : "", count, SQLITE_TRANSIENT);
}

// sqlite3_db_config is variadic. A name in double quotes that no column has is an error, and not a text. Without QPSG, a
// statement whose value decides whether a partial index applies would be parsed again for each value
// (https://www.sqlite.org/queryplanner-ng.html#qpstab): queries for such an index have the value in their text.
static inline void hoistway_configure(sqlite3 *connection) {
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)0);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_QPSG, 1, (int *)0);
}

#endif
