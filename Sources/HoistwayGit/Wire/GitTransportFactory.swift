import HoistwayPorts

/// Makes the transport for a URL.
///
/// Makes no connection.
func makeTransport(url: String, options: GitTransportOptions) throws(GitFailure) -> any GitTransport {
    let transport = try makeUnboundedTransport(url: url, options: options)
    return BoundedTransport(transport, options: options)
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
        case .ssh(let place):
            ProcessConnector(SSHCommand(place, options: options), options: options)
        case .file(let path):
            ProcessConnector(LocalCommand(path: path, displayURL: address.displayURL), options: options)
        }
    let transport = NativeTransport(
        displayURL: address.displayURL,
        options: options,
        connector: connector
    )
    // Over http each request is guarded separately.
    if case .ssh = address { return GuardedTransport(transport, place: address.place, options: options) }
    return transport
}
