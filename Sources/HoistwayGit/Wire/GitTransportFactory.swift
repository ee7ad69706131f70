import HoistwayPorts

/// Makes the transport for a URL.
///
/// Contacts nobody.
func makeTransport(url: String, options: GitTransportOptions) throws(GitFailure) -> any GitTransport {
    BoundedTransport(try makeUnboundedTransport(url: url, options: options), options: options)
}

private func makeUnboundedTransport(
    url: String,
    options: GitTransportOptions
) throws(GitFailure) -> any GitTransport {
    let address = try GitAddress(url)
    if options.kind == .program { return ProgramTransport(address, options: options) }
    let connector: any GitConnector =
        switch address {
        case .http(let address): try HTTPConnector(address, options: options)
        case .ssh(let address): ProcessConnector(SSHCommand(address, options: options), options: options)
        case .file(let path):
            ProcessConnector(LocalCommand(path: path, displayURL: address.displayURL), options: options)
        }
    return NativeTransport(
        displayURL: address.displayURL,
        options: options,
        connector: connector
    )
}
