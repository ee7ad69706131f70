/// JSON in the API's format, for texts that the command line builds from several answers.
package enum WrittenJSON {
    package static func text(_ value: some Encodable) -> String { APICoding.text(value) }
}
