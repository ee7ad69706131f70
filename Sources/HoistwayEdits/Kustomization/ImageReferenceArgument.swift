/// Reads one argument of `kustomize edit set image`: `NAME[=NEWNAME][:TAG][@DIGEST]`.
package enum ImageReferenceArgument {
    package static func parse(_ argument: String) throws(EditFailure) -> ImageTarget {
        guard let separator = argument.firstIndex(of: "=") else {
            let image = split(argument)
            guard image.tag != nil || image.digest != nil else {
                throw .invalidTarget(reason: "\(excerpt(argument)) has neither a tag, nor a digest, nor a new name")
            }
            return ImageTarget(
                name: image.name,
                tag: .init(argument: image.tag),
                digest: .init(argument: image.digest)
            )
        }
        let image = split(String(argument[argument.index(after: separator)...]))
        return ImageTarget(
            name: String(argument[..<separator]),
            newName: .init(argument: image.name),
            tag: .init(argument: image.tag),
            digest: .init(argument: image.digest)
        )
    }

    /// Splits an image's name; a colon before the first slash belongs to the registry's port.
    package static func split(_ text: String) -> (name: String, tag: String?, digest: String?) {
        let searchStart = text.firstIndex(of: "/") ?? text.startIndex
        let rest = text[searchStart...]
        let colon = rest.firstIndex(of: ":")
        let at = rest.firstIndex(of: "@")
        if let at, colon.map({ at < $0 }) ?? true {
            return (String(text[..<at]), nil, String(text[text.index(after: at)...]))
        }
        guard let colon else { return (text, nil, nil) }
        let tagEnd = at ?? text.endIndex
        let tag = String(text[text.index(after: colon)..<tagEnd])
        return (String(text[..<colon]), tag, at.map { String(text[text.index(after: $0)...]) })
    }
}
