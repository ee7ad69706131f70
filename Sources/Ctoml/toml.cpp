#include "Ctoml.h"

#include <deque>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct unmet_expectation : std::logic_error {
    using std::logic_error::logic_error;
};

[[noreturn]] void expectation_unmet() { throw unmet_expectation("the parser cannot go on here"); }

} // namespace

// Some of toml++'s assertions do not hold for files that are not valid, such as `[ = 1`. They must neither end the
// program, nor be taken for granted by the compiler, as they are where NDEBUG is set: each is checked, and throws.
#undef NDEBUG
#define TOML_ASSERT(expr) (static_cast<bool>(expr) ? static_cast<void>(0) : expectation_unmet())
#define TOML_EXCEPTIONS 1
// Its own recursion, in arrays and inline tables; what keys add to it is bounded before it reads.
#define TOML_MAX_NESTED_VALUES 64
#include <toml++/toml.h>

struct hoistway_toml {
    toml::table root;
    std::vector<hoistway_toml_node> nodes;
    /// Texts of times; a deque does not move what it holds.
    std::deque<std::string> texts;
    std::string problem;
    bool failed = false;
    uint32_t line = 0;
    uint32_t column = 0;
};

namespace {

struct too_many : std::exception {};

template <typename T>
std::string text_of(const T &value) {
    std::ostringstream stream;
    stream << value;
    return stream.str();
}

/// Whether something lies deeper than `max_depth` levels.
///
/// Each part of a key is a table within the last one, and toml++ bounds no key: 100,000 parts are read without a word, and
/// then the stack ends where the tables are walked over or freed, in toml++ too where the document is not valid. So this
/// looks before toml++ does. Up to the first mistake of a document both see the same strings and comments; behind it toml++
/// reads nothing. What is counted is never less than what there is; a header, and what follows it, count each by themselves.
bool is_too_deep(std::string_view bytes, size_t max_depth) {
    // Of each bracket that is open: itself, and the parts of the key before it.
    std::vector<size_t> open;
    size_t sum = 0;
    size_t parts = 0;
    for (size_t at = 0; at < bytes.size(); at++) {
        switch (const char byte = bytes[at]) {
        case '#':
            while (at + 1 < bytes.size() && bytes[at + 1] != '\n') at++;
            break;
        case '"':
        case '\'': {
            const std::string_view three(byte == '"' ? "\"\"\"" : "'''");
            const bool is_long = bytes.substr(at, 3) == three;
            at += is_long ? 3 : 1;
            for (; at < bytes.size(); at++) {
                if (byte == '"' && bytes[at] == '\\') at++;
                else if (is_long ? bytes.substr(at, 3) == three : bytes[at] == byte || bytes[at] == '\n') break;
            }
            if (!is_long) break;
            at += 2;
            // Up to two more of them are the string's own.
            for (int more = 0; more < 2 && at + 1 < bytes.size() && bytes[at + 1] == byte; more++) at++;
            break;
        }
        case '.':
            if (sum + ++parts > max_depth) return true;
            break;
        case '[':
        case '{':
            open.push_back(parts + 1);
            sum += parts + 1;
            parts = 0;
            if (sum > max_depth) return true;
            break;
        case ']':
        case '}':
            if (!open.empty()) {
                sum -= open.back();
                open.pop_back();
            }
            parts = 0;
            break;
        case ',':
        case '\n':
            parts = 0;
            break;
        default:
            break;
        }
    }
    return false;
}

// The depth has been bounded.
void add(hoistway_toml &document, const toml::node &node, size_t parent, std::string_view key, size_t max_nodes) {
    if (document.nodes.size() >= max_nodes) throw too_many();
    hoistway_toml_node entry{};
    entry.parent = parent;
    entry.key = key.data();
    entry.key_length = key.size();
    entry.line = node.source().begin.line;
    entry.column = node.source().begin.column;
    const size_t index = document.nodes.size();
    if (const auto *string = node.as_string()) {
        entry.kind = HOISTWAY_TOML_STRING;
        entry.text = string->get().data();
        entry.text_length = string->get().size();
    } else if (const auto *integer = node.as_integer()) {
        entry.kind = HOISTWAY_TOML_INTEGER;
        entry.integer = integer->get();
    } else if (const auto *number = node.as_floating_point()) {
        entry.kind = HOISTWAY_TOML_FLOAT;
        entry.number = number->get();
    } else if (const auto *boolean = node.as_boolean()) {
        entry.kind = HOISTWAY_TOML_BOOLEAN;
        entry.boolean = boolean->get();
    } else if (const auto *table = node.as_table()) {
        entry.kind = HOISTWAY_TOML_TABLE;
        document.nodes.push_back(entry);
        for (const auto &member : *table) {
            add(document, member.second, index, std::string_view(member.first), max_nodes);
        }
        return;
    } else if (const auto *array = node.as_array()) {
        entry.kind = HOISTWAY_TOML_ARRAY;
        document.nodes.push_back(entry);
        for (const auto &item : *array) add(document, item, index, std::string_view(), max_nodes);
        return;
    } else {
        entry.kind = HOISTWAY_TOML_TIME;
        if (const auto *date = node.as_date()) document.texts.push_back(text_of(date->get()));
        else if (const auto *time = node.as_time()) document.texts.push_back(text_of(time->get()));
        else if (const auto *both = node.as_date_time()) document.texts.push_back(text_of(both->get()));
        entry.text = document.texts.back().data();
        entry.text_length = document.texts.back().size();
    }
    document.nodes.push_back(entry);
}

} // namespace

hoistway_toml *hoistway_toml_read(const char *bytes, size_t count, size_t max_nodes, size_t max_depth) {
    auto *document = new hoistway_toml();
    // Nothing may be thrown into C.
    try {
        if (is_too_deep(std::string_view(bytes, count), max_depth)) {
            document->failed = true;
            document->problem = "it is deeper than " + std::to_string(max_depth) + " levels";
            return document;
        }
        document->root = toml::parse(std::string_view(bytes, count));
        add(*document, document->root, 0, std::string_view(), max_nodes);
    } catch (const toml::parse_error &error) {
        document->failed = true;
        document->problem = std::string(error.description());
        document->line = error.source().begin.line;
        document->column = error.source().begin.column;
    } catch (const too_many &) {
        document->failed = true;
        document->nodes.clear();
        document->problem = "it has more than " + std::to_string(max_nodes) + " values";
    } catch (const std::exception &error) {
        document->failed = true;
        document->nodes.clear();
        document->problem = error.what();
    }
    return document;
}

void hoistway_toml_free(hoistway_toml *document) { delete document; }

const char *hoistway_toml_problem(const hoistway_toml *document) {
    return document->failed ? document->problem.c_str() : nullptr;
}

uint32_t hoistway_toml_problem_line(const hoistway_toml *document) { return document->line; }
uint32_t hoistway_toml_problem_column(const hoistway_toml *document) { return document->column; }

size_t hoistway_toml_count(const hoistway_toml *document) { return document->nodes.size(); }

hoistway_toml_node hoistway_toml_at(const hoistway_toml *document, size_t index) {
    return document->nodes[index];
}
