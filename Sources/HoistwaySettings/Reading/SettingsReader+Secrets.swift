import HoistwayCrypto
import HoistwayModel

extension SettingsReader {
    /// Largest secret, in bytes.
    private static let maxSecretBytes = 64 * 1024

    /// The secrets of a receiver, each from a file or the environment.
    ///
    /// An empty one is an error.
    func secrets(_ fields: Fields) -> [Secret] {
        let sources = fields.each("secrets")
        if sources.isEmpty {
            problems.error(
                fields.place(of: "secrets"),
                "a receiver without a secret would take anything: it does not start",
                hint: "write secrets: [{file: secrets/NAME}] or [{env: NAME}]"
            )
        }
        return sources.compactMap(secret(_:))
    }

    func secret(_ fields: Fields) -> Secret? {
        let file = fields.string("file")
        let name = fields.string("env")
        fields.finish(hint: fields.node["value"] != nil ? "a secret never stands in this file: use file or env" : nil)
        switch (file, name) {
        case (let file?, nil): return secretFile(file, place: fields.place(of: "file"))
        case (nil, let name?): return secretVariable(name, place: fields.place(of: "env"))
        default:
            problems.error(fields.place, "a secret comes either from a file or from the environment (env)")
            return nil
        }
    }

    private func secretFile(_ name: String, place: SourcePlace) -> Secret? {
        let path = files.resolve(name)
        do throws(Files.Failure) {
            var bytes = try Files.read(path, limit: Self.maxSecretBytes)
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            return nonEmpty(Secret(bytes), place: place, what: "the file \(Files.display(path))")
        } catch {
            problems.error(place, "the secret's file \(Files.display(path)) \(error.message)")
            return nil
        }
    }

    private func secretVariable(_ name: String, place: SourcePlace) -> Secret? {
        guard let value = environment[name] else {
            problems.error(place, "the environment has no \(Quoted.text(name))")
            return nil
        }
        return nonEmpty(Secret(value), place: place, what: "the environment's \(name)")
    }

    private func nonEmpty(_ secret: Secret, place: SourcePlace, what: String) -> Secret? {
        guard secret.isEmpty else { return secret }
        problems.error(
            place,
            "the secret is empty: \(what)",
            hint: "an empty secret can be used by anybody; give the same text here and at the sender"
        )
        return nil
    }
}
