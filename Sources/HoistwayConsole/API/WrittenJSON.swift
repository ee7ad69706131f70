/// JSON as the API writes it, for what the command line puts together of several answers.
package enum WrittenJSON {
    package static func text(_ value: some Encodable) -> String { APICoding.text(value) }
}
