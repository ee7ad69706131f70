import Glibc
import HoistwayCrypto
import HoistwayModel
import HoistwaySettings
import Logging

/// Writes log lines to the errors' stream, for people or for machines.
enum LogOutput {
    /// Once, before the first logger is made.
    static func start(_ settings: LogSettings) {
        let level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
        let format = settings.format
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, level: level, format: format) }
    }
}

/// One line for each message; control characters of what others sent are escaped.
struct LineLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let format: LogSettings.Format

    init(label: String, level: Logger.Level, format: LogSettings.Format) {
        self.label = label
        logLevel = level
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        let time = SystemClock().now().rfc3339
        let line: String
        switch format {
        case .text:
            let fields = all.map { " \($0.key)=\(SafeText.line(Self.hidden("\($0.value)")))" }.joined()
            let message = SafeText.line(Self.hidden(event.message.description))
            line = "\(time) \(event.level.rawValue) \(message)\(fields)\n"
        case .json:
            var fields = [("time", time), ("level", event.level.rawValue), ("logger", label)]
            fields.append(("message", Self.hidden(event.message.description)))
            fields += all.map { ($0.key, Self.hidden("\($0.value)")) }
            line = "{" + fields.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }.joined(separator: ",") + "}\n"
        }
        Self.write(line)
    }

    /// Libraries log too, and nobody has looked at their words before.
    private static func hidden(_ text: String) -> String { SentSecrets.redactor.hide(text, isCut: false) }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// One write a line, so that lines of several threads do not mix.
    private static func write(_ line: String) {
        var line = line
        line.withUTF8 { bytes in _ = Glibc.write(2, bytes.baseAddress, bytes.count) }
    }
}
