package import HoistwayModel

extension GitFailure: KindedFailure {
    package var kind: FailureKind {
        switch self {
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .unauthorized: .unauthorized
        case .notAsked: .notAsked
        case .notFound, .missingObject: .notFound
        case .limited: .limited
        case .busy, .serverError: .serverError
        case .protocolViolation, .notARepository, .corrupt, .invalidContent: .malformed
        case .refused, .packRefused, .unsupported, .tooLarge, .invalidURL: .refused
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
            switch status {
            case 500...: .serverError
            case 401, 403: .unauthorized
            case 404: .notFound
            default: .refused
            }
        case .notAsked: .notAsked
        case .limited: .limited
        case .busy: .serverError
        case .malformed, .untrusted: .malformed
        case .notAllowed: .refused
        }
    }
}

extension ArgoCDFailure: KindedFailure {
    package var kind: FailureKind {
        switch self {
        case .unreachable: .unreachable
        case .unauthenticated, .forbidden: .unauthorized
        case .conflict, .refused: .refused
        case .notFound: .notFound
        case .garbage: .malformed
        }
    }
}

extension ForgeFailure: KindedFailure {
    package var kind: FailureKind {
        switch self {
        case .unreachable: .unreachable
        case .limited: .limited
        case .serverError: .serverError
        case .unauthenticated, .forbidden: .unauthorized
        case .notAsked: .notAsked
        case .notFound: .notFound
        case .refused, .unsupported: .refused
        case .garbage: .malformed
        }
    }
}

extension StoreFailure: KindedFailure {
    package var kind: FailureKind { .local }
}
