/// Gogs: the predecessor of Gitea, without Gitea's later headers.
///
/// <https://github.com/gogs/docs-api/blob/master/Repositories/Webhooks.md>
enum Gogs {
    static let traits = SenderTraits(
        kind: .gitHost,
        extraMediaTypes: [BodyForm.formType],
        eventHeaders: ["x-gogs-event", "x-gogs-delivery"],
        deliveryIDHeaders: ["x-gogs-delivery"]
    )

    static let signatureHeaders = [GiteaSignatureHeader(name: "x-gogs-signature")]

    static let dialect = Gitea.Dialect(eventNames: ["x-gogs-event"])
}
