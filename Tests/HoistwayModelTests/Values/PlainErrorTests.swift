import HoistwayModel
import Testing

/// What libraries say of a failure, in words for people.
struct PlainErrorTests {
    // T16
    @Test(arguments: [
        (
            "Error Domain=NSCocoaErrorDomain Code=513 \"You don't have permission.\" UserInfo={NSFilePath=/a}",
            "permission denied"
        ),
        (
            "Error Domain=NSCocoaErrorDomain Code=4 \"(null)\"UserInfo={NSUnderlyingError=Error Domain=NSPOSIXErrorDomain "
                + "Code=28 \"No space left on device\"}",
            "the disk is full"
        ),
        ("Error Domain=NSCocoaErrorDomain Code=99999 \"(null)\"", "the file could not be read or written"),
        (
            "bind(descriptor:ptr:bytes:): Address already in use (errno: 98)", "the address is in use already"
        ),
        (
            "connection reset (error set): Connection reset by peer (errno: 104)",
            "the connection was closed by the other side"
        ),
        ("connection reset (no error set)", "the connection was closed by the other side"),
        (
            "NIOConnectionError(host: \"a\", port: 1, dnsAError: nil, connectionErrors: [connect(): Connection refused (errno: 111)])",
            "nobody listens there: the connection was refused"
        ),
        (
            "handshakeFailed(NIOSSL.BoringSSLError.sslError([error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED]))",
            "its certificate is not trusted; name its authority's caFile"
        ),
        ("HTTPClientError.invalidHeaderFieldNames", "an unexpected failure (invalid header field names)"),
        ("HTTPParserError.invalidEOFState", "an unexpected failure (invalid eofstate)"),
        ("some_code", "an unexpected failure (some code)"),
        ("its body ends too early", "its body ends too early"),
    ])
    func `a text of a library becomes one that people understand`(raw: String, plain: String) {
        #expect(PlainError.text(of: raw) == plain)
        #expect(PlainError.libraryNames(in: plain).isEmpty)
    }

    private enum Odd: Error { case someThing(Int) }

    @Test func `no error shows the name of its type`() {
        let text = PlainError.text(of: Odd.someThing(7))
        #expect(text == "an unexpected failure (some thing)")
        #expect(PlainError.text(of: KeyError.noHost) == KeyError.noHost.description)
    }

    @Test func `what a failure says is bounded`() {
        #expect(PlainError.text(of: String(repeating: "a ", count: 1000)).count <= 300)
    }

    // T16
    @Test func `each code of a refusal or of an event that is ignored has a sentence`() {
        for code in RefusalReason.codes {
            let sentence = RefusalReason.sentence(for: code)
            #expect(sentence.contains(" ") && PlainError.programmersNames(in: sentence).isEmpty, "\(sentence)")
        }
        for code in [
            "event_watch", "event_unknown", "action_closed", "action_none", "package_npm", "ref_other", "draft_release",
            "companion_tag", "no_tag_no_digest", "no_host", "no_resources", "no_manifest_push",
            "no_container_metadata", "SCANNING_COMPLETED",
            "ref_name: \(GitRefName.Problem.dots.rawValue)", "first",
        ] {
            let sentence = IgnoredReason.sentence(for: code)
            // The sender's word, and a key of the configuration.
            let said = sentence.replacing("SCANNING_COMPLETED", with: "").replacing("imageHost", with: "")
            #expect(sentence.contains(" ") && PlainError.programmersNames(in: said).isEmpty, "\(sentence)")
        }
    }
}
