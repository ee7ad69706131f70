extension RegistryFailure {
    /// Gives the same failure with each text from other systems changed, for example to hide secrets in it.
    package func changingWords(_ change: (String) -> String) -> RegistryFailure {
        switch self {
        case .unreachable(let host, let detail): .unreachable(host: host, detail: change(detail))
        case .refused(let host, let status, let detail): .refused(host: host, status: status, detail: change(detail))
        case .limited(let host, let pause, let detail): .limited(host: host, after: pause, detail: change(detail))
        case .busy(let host, let status, let pause, let detail):
            .busy(host: host, status: status, after: pause, detail: change(detail))
        case .notAsked(let host, let refusal): .notAsked(host: host, refusal.changingWords(change))
        case .untrusted(let host, let server): .untrusted(host: host, tokenServer: change(server))
        case .notAllowed(let host, let detail, let hint):
            .notAllowed(host: host, detail: change(detail), hint: hint.map(change))
        case .malformed(let host, let detail): .malformed(host: host, detail: change(detail))
        }
    }
}
