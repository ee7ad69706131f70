import HoistwayModel
import HoistwayPorts

extension StepContext {
    /// Whether the configuration, or a subscription of the stage's warehouses, names the host of an artifact: then
    /// requests may go to any address.
    func namesHost(of artifact: ArtifactReference) -> Bool {
        let host = artifact.key.host
        let isSubscribed = subscriptions.contains { subscription in
            switch subscription {
            case .image(let image): image.key.host == host
            case .chart(let chart): chart.host == host
            case .git: false
            }
        }
        guard !isSubscribed, let parts = WebAddress.parts(of: host) else { return isSubscribed }
        let rules = http?.policy.privateHosts ?? []
        return rules.contains { $0.matches(host: parts.host, port: parts.port ?? 443) }
    }

    /// The artifact that a key of a step names.
    func artifact(
        _ key: String,
        of config: StepConfiguration
    ) throws(StepFailure) -> ArtifactSource {
        guard let artifact = ArtifactReference(config.requiredText(key)) else {
            throw .broken("\(key) is not the name of an artifact of a registry", hint: nil)
        }
        return ArtifactSource(
            artifact,
            insecureSkipTLSVerify: config.flag("insecureSkipTLSVerify"),
            isNamed: namesHost(of: artifact)
        )
    }
}
