/// Whether Argo CD has accepted the fields of an Application.
///
/// Whoever writes the Application can write any `spec.source` and `spec.project`. Argo CD checks whether the AppProject
/// permits the repository (`sourceRepos`): it writes `InvalidSpecError` if not, and compares only permitted sources. So
/// its check must be done first, and must be about the present repositories.
package enum ImageUpdaterAdmission {
    /// Why no stage is made for it automatically; `nil`: Argo CD has compared it without objections.
    ///
    /// The text of a condition is left out: it may contain a URL with a password, and it changes between looks.
    ///
    /// - Parameter namespace: Argo CD's own. In another one, a team can write Applications and their status without
    ///   Argo CD's API.
    package static func refusal(of application: Application, namespace: String) -> TakeoverRefusal? {
        let key = application.key
        let object = "Application \(key)"
        let status = application.status
        guard key.namespace == namespace else {
            return TakeoverRefusal(
                "\(object): metadata.namespace",
                "it is not in Argo CD's own namespace \(namespace): whoever writes it there can write Argo CD's judgement too",
                hint: "move it to \(namespace), or look at it and take it over with `hoistway import image-updater`"
            )
        }
        // A ComparisonError comes after that check, and is temporary: a repository server that is down must not remove
        // a stage.
        if status.conditions.contains(where: { $0.type == "InvalidSpecError" }) {
            return TakeoverRefusal(
                "\(object): status.conditions",
                "Argo CD does not accept it (InvalidSpecError), as where its AppProject does not permit its repository",
                hint: "`argocd app get \(key)` shows why; its stage comes when Argo CD has compared it"
            )
        }
        let later = "`argocd app get \(key) --refresh` lets Argo CD compare it; its stage comes after that"
        guard status.reconciledAt != nil else {
            return TakeoverRefusal(
                "\(object): status.reconciledAt",
                "Argo CD has not compared it, so that whether its AppProject permits its repository is not known",
                hint: later
            )
        }
        guard status.comparedURLs.elementsEqual(application.sources, by: { $0.utf8.elementsEqual($1.repoURL.utf8) })
        else {
            return TakeoverRefusal(
                "\(object): status.sync.comparedTo",
                "Argo CD has not compared the repository that it names now, so that whether its AppProject permits it is "
                    + "not known",
                hint: later
            )
        }
        return nil
    }
}
