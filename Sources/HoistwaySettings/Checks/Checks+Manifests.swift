import HoistwayModel

extension Checks {
    /// Repositories of manifests use only listed variables, and are fetched over a connection that nobody can alter.
    func checkManifestSources() {
        for followed in settings.manifestSources {
            for name in followed.source.variables {
                let place = place("\(followed.place.path).variables")
                guard let variable = settings.manifestVariables.first(where: { $0.name == name }) else {
                    problems.error(
                        place,
                        "\(ShownText.text(name)) is not listed in manifestVariables",
                        hint: Spelling.hint(for: name, among: settings.manifestVariables.map(\.name))
                    )
                    continue
                }
                if variable.isSecret {
                    problems.error(place, "\(name) is a secret: manifests in Git cannot use it")
                }
            }
            let url = followed.source.repoURL
            if URLText.scheme(of: url) == "http", let host = URLText.host(of: url), !Loopback.contains(host) {
                problems.warning(
                    followed.place,
                    "manifests are fetched over plain http: whoever is on the way can change what is promoted",
                    hint: "use https or ssh"
                )
            }
        }
    }
}
