import FoundationEssentials
import HoistwayConsole
import HoistwayModel

/// How failures are written on standard error.
enum ErrorForm {
    case text
    case json

    /// By the command line itself, since one that cannot be read fails too.
    init(_ arguments: [String]) {
        let words = arguments.prefix { $0 != "--" }
        let joined = ["-ojson", "-o=json", "--output=json"]
        let isJSON =
            words.contains(where: joined.contains)
            || zip(words, words.dropFirst()).contains { ($0 == "-o" || $0 == "--output") && $1 == "json" }
        self = isJSON ? .json : .text
    }
}

/// A failure as JSON: the console's own problem document, else one like it.
struct ErrorDocument: Encodable {
    private var type: String?
    private var title: String?
    /// Of HTTP; `nil`: no server has said it.
    private var status: Int?
    private var detail: String
    private var code: String?
    private var hint: String?
    private var errors: [ProblemBody.Place]?
    private var requestId: String?
    /// What the program ends with.
    private var exitCode: Int32

    init(_ detail: String, hint: String?, _ exit: ExitStatus) {
        self.detail = detail
        self.hint = hint
        exitCode = exit.rawValue
    }

    init(_ failure: any Diagnosable, _ exit: ExitStatus) {
        self.init(failure.message, hint: failure.hint, exit)
        guard case .answered(let status, let problem, _, _)? = failure as? CommandFailure else { return }
        self.status = status
        type = problem?.type
        title = problem?.title
        code = problem?.code.rawValue
        errors = problem?.errors
        requestId = problem?.requestId
    }

    var text: String { WrittenJSON.text(self) }
}
