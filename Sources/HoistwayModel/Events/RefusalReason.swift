/// Why a request was refused, as a sentence for people; programs use the code.
package enum RefusalReason {
    private static let sentences = [
        "missing": "the request has no signature or token",
        "malformed": "the signature or token is not in the form that this sender uses",
        "mismatch": "the signature or token is not one that the receiver accepts",
        "stale": "the time of the signature is too far from the time of this server",
        "duplicateHeader": "a header that must be there once is there several times",
        "unavailable": "the signature could not be computed",
        "too_large": "the body is larger than the receiver accepts",
        "not_found": "no receiver has this path",
        "probe": "it was a HEAD request, which has no body",
        "wrong_method": "only POST is answered on this path",
        "over_budget": "too many bodies were being received at once",
        "rate_limited": "more requests came than the receiver accepts in a second",
        "timed_out": "the request was not answered in time",
        "shutting_down": "the server was stopping",
        "too_slow": "the request came too slowly",
        "unsupported": "the request is of a form that is not accepted",
        "unauthorized": "the request did not prove who sent it",
    ]

    /// The code itself where there is no sentence for it.
    package static func sentence(for code: String) -> String { sentences[code] ?? code }

    /// Codes with a sentence.
    package static var codes: [String] { sentences.keys.sorted() }
}
