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
        lookups.secret = { secrets.secret($0, project: project)?.mapValues(Self.revealed) }
        lookups.sharedSecret = { secrets.sharedSecret($0)?.mapValues(Self.revealed) }
        return lookups
    }

    /// What an expression has read may be sent: from now on it is shown nowhere.
    private static func revealed(_ secret: Secret) -> String {
        SentSecrets.redactor.add(secret)
        return secret.revealText()
    }
}
