import HoistwayReceiver
import HoistwaySettings
import HoistwayStore

/// What listens for webhooks and keeps them, which needs no manifest.
extension Settings {
    func storeSettings() -> StoreSettings {
        StoreSettings(
            path: state.databasePath,
            retention: Retention(
                bodies: state.retentionAge,
                maxBodyBytes: Int64(state.retentionBytes),
                history: state.retentionHistory
            )
        )
    }

    func receiverSettings(connections: Int) -> HoistwayReceiver.ReceiverSettings {
        var limits = ReceiverLimits()
        limits.bodyBytesInFlight = webhooks.bodiesInFlightBytes
        limits.connections = connections
        return HoistwayReceiver.ReceiverSettings(
            host: webhooks.listen.host,
            port: webhooks.listen.port,
            tls: webhooks.tls.map { ReceiverTLS(certificateFile: $0.certificate, keyFile: $0.key) },
            trustedProxies: webhooks.trustedProxies.compactMap { AddressRange($0) },
            maxPerSecondPerAddress: webhooks.maxPerSecondPerAddress,
            limits: limits
        )
    }
}
