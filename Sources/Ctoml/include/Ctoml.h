#ifndef HOISTWAY_CTOML_H
#define HOISTWAY_CTOML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A door to toml++ (<https://marzer.github.io/tomlplusplus/>), which is a library of C++ headers.

/// What a node of a document is.
typedef enum {
    HOISTWAY_TOML_TABLE,
    HOISTWAY_TOML_ARRAY,
    HOISTWAY_TOML_STRING,
    HOISTWAY_TOML_INTEGER,
    HOISTWAY_TOML_FLOAT,
    HOISTWAY_TOML_BOOLEAN,
    /// A date, a time, or both.
    HOISTWAY_TOML_TIME,
} hoistway_toml_kind;

/// One node; its texts are not terminated, and live as long as the document.
typedef struct {
    hoistway_toml_kind kind;
    /// Position of the node that holds it; the root's is its own, 0.
    size_t parent;
    /// Of a table's member; else empty.
    const char *key;
    size_t key_length;
    /// Of a string its content, of a time its text; else empty.
    const char *text;
    size_t text_length;
    int64_t integer;
    double number;
    bool boolean;
    /// Where it begins, counted from 1, the column in code points; 0 where nothing is written of it.
    uint32_t line;
    uint32_t column;
} hoistway_toml_node;

typedef struct hoistway_toml hoistway_toml;

/// Reads a document, which need not be terminated.
///
/// Never null: look at `hoistway_toml_problem`. The caller frees it. Of `max_depth` levels a header and what follows it have
/// each as many.
hoistway_toml *hoistway_toml_read(const char *bytes, size_t count, size_t max_nodes, size_t max_depth);
void hoistway_toml_free(hoistway_toml *document);

/// What is wrong with the document, terminated; null where nothing is.
const char *hoistway_toml_problem(const hoistway_toml *document);
/// Where that is, counted from 1.
uint32_t hoistway_toml_problem_line(const hoistway_toml *document);
uint32_t hoistway_toml_problem_column(const hoistway_toml *document);

/// Nodes in depth-first order, the root first; 0 where the document cannot be read.
size_t hoistway_toml_count(const hoistway_toml *document);
hoistway_toml_node hoistway_toml_at(const hoistway_toml *document, size_t index);

#ifdef __cplusplus
}
#endif

#endif
