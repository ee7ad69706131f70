import HoistwayPorts

/// Makes the transport for a URL. Contacts nobody.
func makeTransport(url: String, options: GitTransportOptions) throws(GitFailure) -> any GitTransport {
    let address = try GitAddress(url)
    let connector: any GitConnector =
        switch address {
        case .http(let address): try HTTPConnector(address, options: options)
        case .ssh, .file: throw .unsupported(url: address.displayURL, what: "not yet")
        }
    return NativeTransport(
        displayURL: address.displayURL,
        maxPackBytes: options.maxPackBytes,
        connector: connector
    )
}
