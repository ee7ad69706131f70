import HoistwayModel

/// Each decoder of header fields that a registry chose, on its own: a fuzzer runs them without a registry.
package enum RegistryDecoders {
    /// The targets of a `Link` field's links; `nil` where the field is refused.
    package static func links(_ field: String) -> [String]? {
        LinkHeader.parse([field])?.map(\.target)
    }

    /// The schemes of a `WWW-Authenticate` field.
    package static func challenges(_ field: String) -> [String] {
        AuthenticationChallenge.parse(field).map(\.scheme)
    }

    /// The address of a reference on a page; `nil` where that is not an address.
    ///
    /// The text can be parsed again.
    package static func address(_ reference: String, from base: String) -> String? {
        WebAddress(base)?.resolving(reference)?.text
    }
}
