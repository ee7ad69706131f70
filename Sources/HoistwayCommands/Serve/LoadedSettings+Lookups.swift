import HoistwayCrypto
import HoistwayModel
import HoistwaySettings
import HoistwaySteps

extension LoadedSettings {
    /// What expressions of a project's steps look up in manifests.
    func lookups(of project: String) -> StepLookups {
        var lookups = StepLookups()
        let (pipelines, secrets) = (pipelines, secrets)
        lookups.configMap = { pipelines.projects[project]?.configMaps[$0] }
        lookups.sharedConfigMap = { pipelines.sharedConfigMaps[$0] }
        lookups.secret = { secrets.secret($0, project: project)?.mapValues { $0.revealText() } }
        lookups.sharedSecret = { secrets.sharedSecret($0)?.mapValues { $0.revealText() } }
        return lookups
    }
}
