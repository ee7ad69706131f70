package import HoistwayModel

extension GitFailure: KindedFailure {
    package var kind: FailureKind {
        switch self {
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .unauthorized: .unauthorized
        case .notFound, .missingObject: .notFound
        case .limited: .limited
        case .serverError: .serverError
        case .protocolViolation, .invalidContent: .malformed
        case .refused, .unsupported, .tooLarge, .invalidURL: .refused
        case .local: .local
        }
    }
}

extension WorkspaceFailure: KindedFailure {
    package var kind: FailureKind {
        if case .git(let failure) = self { failure.kind } else { .other }
    }
}

extension RegistryFailure: KindedFailure {
    package var kind: FailureKind {
        switch self {
        case .unreachable: .unreachable
        case .refused(_, let status, _):
            status >= 500 ? .serverError : status == 401 || status == 403 ? .unauthorized : .refused
        case .limited: .limited
        case .malformed: .malformed
        }
    }
}

extension StoreFailure: KindedFailure {
    package var kind: FailureKind { .local }
}
