/// Why a text is not a repository or an image.
///
/// The text itself may contain a password, so it is not repeated.
package enum KeyError: Diagnosable, Equatable {
    case empty
    case tooLong
    case noHost
    case badHost
    case badPort
    case noPath
    /// `.` or `..` as a segment of the path.
    case relativePath
    case badEncoding
    case badImageName
    case badTag
    case badDigest

    package var message: String {
        switch self {
        case .empty: "the name is empty"
        case .tooLong: "the name is too long"
        case .noHost: "the URL names no host"
        case .badHost: "the host's name has characters that no host has"
        case .badPort: "the port is no number from 1 to 65535"
        case .noPath: "the URL names a host and no repository"
        case .relativePath: "the path has a segment \".\" or \"..\""
        case .badEncoding: "the path has control characters, or bytes that are not UTF-8"
        case .badImageName:
            "an image's name has parts of letters and digits, joined by \".\", \"_\", \"__\" or dashes"
        case .badTag:
            "a tag has at most 128 letters, digits, \"_\", \".\" and \"-\", and begins with one of the first three"
        case .badDigest: "a digest is sha256: with 64 or sha512: with 128 lower-case hexadecimal digits"
        }
    }

    package var hint: String? {
        switch self {
        case .noHost, .noPath: "write it as https://host/path or git@host:path"
        default: nil
        }
    }
}
