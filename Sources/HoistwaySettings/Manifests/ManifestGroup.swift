/// The kinds of manifest that are read.
enum ManifestGroup {
    case project, projectConfig, clusterConfig, warehouse, stage, promotionTask, clusterPromotionTask, secret, configMap

    /// Its objects are in no namespace.
    var isClusterWide: Bool { [.project, .clusterConfig, .clusterPromotionTask].contains(self) }
}
