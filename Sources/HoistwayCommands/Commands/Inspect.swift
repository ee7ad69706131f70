import ArgumentParser
import FoundationEssentials
import HoistwayEvents
import HoistwayModel

/// `hoistway inspect`: what a payload means to Hoistway, one JSON object a line.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the events in a payload, one JSON object a line; nothing is verified or sent."
    )

    @Option(help: "Who sent it: \(Sender.allCases.map(\.rawValue).joined(separator: ", ")).")
    var sender: String

    @Option(help: "File with the request's headers, one `Name: value` a line.")
    var headers: String

    @Argument(help: "File with the body, exactly as it was sent.")
    var body: String

    func run() throws {
        guard let known = Sender(rawValue: sender) else {
            throw ValidationError("there is no sender \(SafeText.line(sender))")
        }
        let lines = try HeaderFile.parse(try FileBytes.read(headers, limit: HeaderFile.maxBytes), path: headers)
        let bytes = try FileBytes.read(body, limit: EventDecoder.maxBytes)
        for event in try EventDecoder.decode(sender: known, headers: lines, body: bytes) {
            Terminal.print(InspectLine.json(event))
        }
    }
}
