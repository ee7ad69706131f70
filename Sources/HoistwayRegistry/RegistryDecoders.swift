import HoistwayModel

/// Each decoder of header fields that a registry chose, by itself: a fuzzer drives them without a registry.
package enum RegistryDecoders {
    /// The targets of a `Link` field's links; `nil` where the field is refused.
    package static func links(_ field: String) -> [String]? {
        LinkHeader.parse([field])?.map(\.target)
    }

    /// The schemes of a `WWW-Authenticate` field.
    package static func challenges(_ field: String) -> [String] {
        AuthenticationChallenge.parse(field).map(\.scheme)
    }

    /// Where a reference leads from a page; `nil` where that is no address.
    ///
    /// The text can be read again.
    package static func address(_ reference: String, from base: String) -> String? {
        WebAddress(base)?.resolving(reference)?.text
    }
}
