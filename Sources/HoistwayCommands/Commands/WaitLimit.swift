import HoistwayModel

/// How long a command waits.
enum WaitLimit {
    static func parse(_ text: String) throws(CommandFailure) -> Duration {
        guard let duration = GoDuration.parse(text), duration > .zero else {
            throw .usage("\(SafeText.line(text)) is no time to wait", hint: "write it as 90s, 10m or 2h")
        }
        return duration
    }
}
