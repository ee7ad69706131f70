/// All data of an Application that its plan uses: equal data gives equal plans.
package struct ImageUpdaterSeen: Sendable, Equatable {
    private var annotations: [String: String]
    private var oversized: [String: Int]
    private var labels: [String: String]
    private var project: String
    private var sources: [ApplicationSource]
    private var hasHydrator: Bool
    private var sourceType: String
    /// The reason against it, judged in its own namespace.
    private var refusal: TakeoverRefusal?

    /// `nil` where the Application has no annotation of Image Updater.
    package init?(_ application: Application) {
        annotations = application.annotations.filter { $0.key.hasPrefix(ImageUpdaterAnnotations.prefix) }
        oversized = application.oversizedAnnotations.filter { $0.key.hasPrefix(ImageUpdaterAnnotations.prefix) }
        guard !annotations.isEmpty || !oversized.isEmpty else { return nil }
        labels = application.labels
        project = application.project
        sources = application.sources
        hasHydrator = application.hasHydrator
        sourceType = application.status.sourceType
        refusal = ImageUpdaterAdmission.refusal(of: application, namespace: application.key.namespace)
    }
}
