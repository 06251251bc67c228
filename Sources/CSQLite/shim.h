// SQLite as it is; its macro for "copy what I give you" is a cast that Swift cannot read.
#include <sqlite3.h>

static inline sqlite3_destructor_type assay_sqlite_transient(void) { return SQLITE_TRANSIENT; }
