/// Describes an error of a library in words for people.
///
/// Libraries describe errors for programmers: with the names of their types, domains and codes.
package enum PlainError {
    /// Longest text that is copied, in Unicode scalars.
    private static let maxText = 300

    package static func text(of error: any Error) -> String {
        (error as? any Diagnosable)?.description ?? text(of: String(describing: error))
    }

    /// `raw`: the library's description of the error.
    package static func text(of raw: String) -> String {
        if let number = number(after: "NSPOSIXErrorDomain Code=", in: raw) ?? number(after: "(errno: ", in: raw),
            let words = systemErrors[number]
        {
            return words
        }
        if let number = number(after: "NSCocoaErrorDomain Code=", in: raw) {
            return fileErrors[number] ?? "the file could not be read or written"
        }
        if let known = known.first(where: { raw.contains($0.0) }) { return known.1 }
        if let reason = raw.range(ofText: " (errno: ") { return cut(String(raw[..<reason.lowerBound])) }
        return programmersNames(in: raw).isEmpty ? cut(raw) : inWords(raw)
    }

    /// libyaml's message about a document; its one text that names a function is replaced.
    package static func yamlProblem(_ problem: String) -> String {
        problem.contains("yaml_set_max_nest_level") ? "it is nested too deeply" : problem
    }

    /// Words that are names in a program: `A.b`, `aBc`, `a_b`, `Domain=`.
    ///
    /// Keys of manifests look the same: in our own texts only `libraryNames` is certain.
    package static func programmersNames(in text: String) -> [String] {
        words(of: text).filter { word in
            guard !word.contains("/"), !word.contains("@") else { return false }
            let letters = Array(word)
            let isCamel = zip(letters, letters.dropFirst()).contains { $0.isLowercase && $1.isUppercase }
            return isCamel || isLibrarys(word)
        }
    }

    /// Words in snake case (except names of environment variables), and names of types and domains of libraries.
    package static func libraryNames(in text: String) -> [String] {
        words(of: text).filter { !$0.contains("/") && !$0.contains("@") && isLibrarys($0) }
    }

    private static func isLibrarys(_ word: String) -> Bool {
        let letters = Array(word)
        let isSnake = letters.indices.dropFirst().dropLast().contains { index in
            letters[index] == "_" && letters[index - 1].isLowercase && letters[index + 1].isLowercase
        }
        let starts = ["NSCocoa", "NSPOSIX", "NIO", "HTTPClient", "HTTPParser", "BoringSSL", "Domain="]
        let isError = word.hasSuffix("Error") && word != "Error" && word.first?.isUppercase == true
        return isSnake || isError || starts.contains { word.hasPrefix($0) }
    }

    private static func words(of text: String) -> [String] {
        text.split { " ,;:()[]{}\"'`\n".contains($0) }.map(String.init)
    }

    /// The last name of a case or type, with spaces: `HTTPClientError.readTimeout` becomes `read timeout`.
    private static func inWords(_ raw: String) -> String {
        let name = raw.prefix { !"( ".contains($0) }.split(separator: ".").last.map(String.init) ?? ""
        var words = ""
        for letter in name.prefix(60) where letter.isLetter || letter.isNumber || letter == "_" {
            if letter == "_" {
                words += " "
            } else {
                if letter.isUppercase, words.last?.isLowercase == true { words += " " }
                words += String(letter)
            }
        }
        return words.isEmpty ? "an unexpected failure" : "an unexpected failure (\(words.lowercased()))"
    }

    private static func number(after start: String, in text: String) -> Int? {
        guard let range = text.range(ofText: start) else { return nil }
        return Int(text[range.upperBound...].prefix { $0.isNumber })
    }

    private static func cut(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(maxText)))
    }

    /// Parts of messages of the libraries for connections, in the order in which they are checked.
    private static let known: [(String, String)] = [
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted; name its authority's caFile"),
        ("WRONG_VERSION_NUMBER", "it does not speak TLS on this port"),
        ("failedToLoadCertificate", "the file holds no certificate that can be read"),
        ("failedToLoadPrivateKey", "the file holds no private key that can be read"),
        ("handshakeFailed", "no TLS connection could be agreed on"),
        ("error set)", "the connection was closed by the other side"),
        ("Connection reset", "the connection was closed by the other side"),
        ("remoteConnectionClosed", "the connection was closed by the other side"),
        ("uncleanShutdown", "the connection was closed by the other side"),
        ("Connection refused", "nobody listens there: the connection was refused"),
        ("onnectTimeout", "no connection within the time limit"),
        ("DNSError", "the name of the host is not known"),
        ("SocketAddressError.unknown", "the name of the host is not known"),
        ("NIOConnectionError", "nobody listens there, or the name of the host is not known"),
        ("httpProxyHandshakeTimeout", "the proxy did not answer in time"),
        ("proxyAuthenticationRequired", "the proxy asks for a login"),
        ("BoringSSLError", "the TLS connection failed"),
        ("NIOSSL", "the TLS connection failed"),
    ]

    /// `errno.h` of Linux.
    private static let systemErrors = [
        1: "it is not permitted", 2: "there is no such file or folder", 13: "permission denied",
        17: "it exists already", 20: "a part of the path is not a folder", 21: "it is a folder",
        24: "too many files are open", 28: "the disk is full", 30: "the file system cannot be written to",
        32: "the connection was closed by the other side", 36: "the name is too long", 40: "too many symbolic links",
        98: "the address is in use already", 99: "this machine does not have the address",
        101: "the network cannot be reached", 104: "the connection was closed by the other side",
        110: "no connection within the time limit", 111: "nobody listens there: the connection was refused",
        113: "the host cannot be reached", 122: "the disk quota is exceeded",
    ]

    /// `CocoaError.Code` of Foundation, for files.
    private static let fileErrors = [
        4: "there is no such file or folder", 257: "permission denied", 258: "the name is not valid",
        260: "there is no such file or folder", 261: "the file is not text", 263: "the file is too large",
        513: "permission denied", 514: "the name is not valid", 516: "it exists already", 640: "the disk is full",
        642: "the file system cannot be written to",
    ]
}

extension String {
    /// The first place of a text in this one; the standard library has no such function for older systems.
    fileprivate func range(ofText text: String) -> Range<String.Index>? { firstRange(of: text) }
}
