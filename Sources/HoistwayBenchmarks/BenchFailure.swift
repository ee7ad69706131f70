/// Why a figure could not be measured.
enum BenchFailure: Error, CustomStringConvertible {
    case failed(String, detail: String)

    var description: String {
        switch self {
        case .failed(let what, let detail): "\(what): \(detail)"
        }
    }
}
