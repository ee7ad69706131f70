extension GitFailure {
    /// Gives the same failure with each text from other systems changed, for example to hide secrets in it.
    package func changingWords(_ change: (String) -> String) -> GitFailure {
        switch self {
        case .invalidURL(let url, let reason): .invalidURL(change(url), reason: change(reason))
        case .corrupt(let url, let what): .corrupt(url: change(url), what: change(what))
        case .unreachable(let url, let detail): .unreachable(url: url, detail: change(detail))
        case .notAsked(let url, let refusal): .notAsked(url: url, refusal.changingWords(change))
        case .busy(let url, let status, let pause, let detail):
            .busy(url: url, status: status, after: pause, detail: change(detail))
        case .timedOut, .notFound, .limited, .missingObject: self
        case .unauthorized(let url, let detail): .unauthorized(url: url, detail: change(detail))
        case .serverError(let url, let status, let detail):
            .serverError(url: url, status: status, detail: change(detail))
        case .protocolViolation(let url, let detail): .protocolViolation(url: url, detail: change(detail))
        case .unsupported(let url, let what): .unsupported(url: url, what: change(what))
        case .tooLarge(let url, let what): .tooLarge(url: url, what: change(what))
        case .refused(let url, let words): .refused(url: url, words: change(words))
        case .notARepository(let url, let detail): .notARepository(url: url, detail: change(detail))
        case .packRefused(let url, let words): .packRefused(url: url, words: change(words))
        case .invalidContent(let detail): .invalidContent(change(detail))
        case .local(let operation, let detail): .local(operation: operation, detail: change(detail))
        }
    }
}
