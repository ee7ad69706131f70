import HoistwayCrypto
import HoistwayModel

extension SettingsReader {
    /// Largest secret, in bytes.
    private static let maxSecretBytes = 64 * 1024
    /// The variable with the folder of credentials; systemd sets it for a service with `LoadCredential=`.
    ///
    /// <https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#Credentials>
    private static let credentialsVariable = "CREDENTIALS_DIRECTORY"

    /// The secrets of a receiver, each from a file, a credential of the service or the environment.
    ///
    /// An empty one is an error.
    func secrets(_ fields: Fields) -> [Secret] {
        let sources = fields.each("secrets")
        if sources.isEmpty {
            problems.error(
                fields.place(of: "secrets"),
                "a receiver without a secret would take anything: it does not start",
                hint:
                    "write `secrets: [{file: secrets/NAME}]`, `secrets: [{credential: NAME}]` or `secrets: [{env: NAME}]`"
            )
        }
        return sources.compactMap(secret(_:))
    }

    func secret(_ fields: Fields) -> Secret? {
        let file = fields.string("file")
        let credential = fields.string("credential")
        let name = fields.string("env")
        fields.finish(
            hint: fields.node["value"] != nil ? "a secret never stands in this file: use file, credential or env" : nil
        )
        switch (file, credential, name) {
        case (let file?, nil, nil): return secretFile(file, place: fields.place(of: "file"))
        case (nil, let name?, nil): return self.credential(name, place: fields.place(of: "credential"))
        case (nil, nil, let name?): return secretVariable(name, place: fields.place(of: "env"))
        default:
            problems.error(
                fields.place,
                "a secret comes from one of file, credential and env (the environment)"
            )
            return nil
        }
    }

    /// A file's contents, without one line break at the end; empty or unreadable is an error, and `nil`.
    func secretFile(_ name: String, place: SourcePlace) -> Secret? {
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

    /// The contents of the file of this name in the service's folder of credentials.
    ///
    /// systemd creates the folder at each start, readable by the service alone; in a container a Secret is mounted
    /// there. So one configuration works for both.
    func credential(_ name: String, place: SourcePlace) -> Secret? {
        guard Name.isCredential(name) else {
            problems.error(
                place,
                "\(ShownText.text(name)) is not the name of a credential",
                hint: "letters, digits, '.', '_' and '-', not '.' at the beginning: a file's name without its folder"
            )
            return nil
        }
        guard let folder = environment[Self.credentialsVariable], folder.hasPrefix("/") else {
            problems.error(
                place,
                "the credential \(ShownText.text(name)) has no folder: \(Self.credentialsVariable) is not set to one",
                hint: "systemd sets it where the unit has LoadCredential=; elsewhere give it the folder's whole path"
            )
            return nil
        }
        return secretFile("\(folder)/\(name)", place: place)
    }

    private func secretVariable(_ name: String, place: SourcePlace) -> Secret? {
        guard let value = environment[name] else {
            problems.error(place, "the environment has no \(ShownText.text(name))")
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
