extension Unicode.Scalar {
    /// Whether it is not seen itself but changes how the text around it is shown: an escape, a mark of direction, a
    /// space without width.
    ///
    /// Text from outside is shown with such characters written out: one with marks of direction could show another
    /// order than it has.
    package var isHidden: Bool {
        if value < 0x80 { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
