import HoistwayModel

extension ManifestReader {
    /// The committer that a ClusterConfig sets; `nil` where it sets none.
    func gitClient(of manifest: Manifest) -> GitClient? {
        if manifest.name != "cluster" {
            problems.error(
                manifest.namePlace,
                "a ClusterConfig is called cluster, not \(ShownText.text(manifest.name))"
            )
        }
        defer { manifest.fields.finish() }
        guard let spec = manifest.fields.fields("spec") else { return nil }
        defer { spec.finish() }
        spec.note(
            "webhookReceivers",
            .warning,
            "webhookReceivers are known, but not executed",
            hint: "receivers are configured in the configuration file, under webhooks.receivers"
        )
        spec.note(
            "promotionWindows",
            .error,
            "promotion windows are not supported yet: they would not stop any promotion"
        )
        spec.accept("freightLinks", "stageLinks")
        guard let client = spec.fields("gitClient") else { return nil }
        client.note(
            "signingKeySecret",
            .error,
            "signing commits is not supported yet: they would be pushed without a signature",
            hint: "leave it out; where a branch takes signed commits only, push by a pull request that the host merges"
        )
        let name = client.requiredString("name")
        let email = client.requiredString("email")
        client.finish()
        guard !manifest.isLeftOut, let name, let email else { return nil }
        if !email.contains("@") {
            problems.error(client.place(of: "email"), "\(ShownText.text(email)) is not an e-mail address")
        }
        return GitClient(name: name, email: email)
    }
}
