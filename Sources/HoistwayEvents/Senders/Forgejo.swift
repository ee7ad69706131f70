/// Forgejo: Gitea's events, also with Forgejo's own names.
///
/// <https://forgejo.org/docs/latest/user/webhooks/>
enum Forgejo {
    static let traits = SenderTraits(
        kind: .gitHost,
        extraMediaTypes: [BodyForm.formType],
        eventHeaders: ["x-forgejo-event", "x-forgejo-event-type", "x-forgejo-delivery"] + Gitea.traits.eventHeaders,
        deliveryIDHeaders: ["x-forgejo-delivery", "x-gitea-delivery"]
    )

    /// A hook of type "gitea" on a Forgejo server has Gitea's headers only.
    static let signatureHeaders = [GiteaSignatureHeader(name: "x-forgejo-signature")] + Gitea.signatureHeaders

    static let dialect = Gitea.Dialect(
        eventNames: ["x-forgejo-event-type", "x-gitea-event-type", "x-forgejo-event", "x-gitea-event"]
    )
}
