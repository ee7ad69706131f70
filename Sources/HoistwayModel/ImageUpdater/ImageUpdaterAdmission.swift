/// Whether Argo CD stands behind what an Application says of itself.
///
/// `spec.source` and `spec.project` are the words of whoever writes the Application. Whether its AppProject permits the
/// repository (`sourceRepos`) is judged by Argo CD, which writes `InvalidSpecError` where it does not, and compares only what
/// it permits. So its judgement comes first, and it has to be about the repositories that are named now.
package enum ImageUpdaterAdmission {
    /// Why no stage is made of it by itself; `nil`: Argo CD has compared it, and has nothing against it.
    ///
    /// The words of a condition are left out: they may quote a URL with its password, and they change from look to look.
    ///
    /// - Parameter namespace: Argo CD's own. In another one a team writes Applications without Argo CD's API, and so their
    ///   status too.
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
        // A ComparisonError comes after that judgement, and passes: a repository server that is away must take no stage.
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
