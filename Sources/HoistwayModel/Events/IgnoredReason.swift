/// Why an authentic event has no effect, as a sentence for people.
///
/// Decoders give a short code, which `hoistway inspect` prints for programs; people see this sentence.
package enum IgnoredReason {
    /// Complete codes.
    private static let sentences = [
        "ref_other": "the ref is neither a branch nor a tag",
        "draft_release": "the release is a draft",
        "companion_tag": "the tag belongs to a signature, an attestation or an SBOM, not to an image",
        "no_tag_no_digest": "the event names neither a tag nor a digest",
        "no_host": "the event does not say on which host the image is: set `imageHost` for the receiver",
        "no_container_metadata": "the event does not name a container image",
        "no_resources": "the event names no resource",
        "no_manifest_push": "the event reports no push of an image: it is a pull, a deletion, or a part of an image",
        "first": "this event only confirms that the webhook was created",
    ]

    /// Beginnings of codes, which a word of the sender follows.
    private static let kinds = [
        ("event_", "events of kind"), ("action_", "events with the action"), ("package_", "packages of type"),
    ]

    package static func sentence(for code: String) -> String {
        if let sentence = sentences[code] { return sentence }
        let problem = "ref_name: "
        if code.hasPrefix(problem) { return "the name of the ref cannot be used: \(code.dropFirst(problem.count))" }
        if code == "action_none" { return "the event names no action" }
        for (start, what) in kinds where code.hasPrefix(start) {
            let word = code.dropFirst(start.count)
            return "\(what) \(word == "unknown" ? "that Hoistway does not know" : "\"\(word)\"") are of no interest"
        }
        // It is already a sentence, or the sender's own name for an event.
        return code.contains(" ") ? code : "events of kind \"\(code)\" are of no interest"
    }
}
