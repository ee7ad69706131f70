extension Unicode.Scalar {
    /// Whether the character is invisible but changes how the text around it is shown.
    ///
    /// Examples are an escape, a direction mark, a zero-width space. Such characters are shown as escapes in text from
    /// other systems: direction marks could show the text in another order than it has.
    package var isHidden: Bool {
        if value < 0x80 { return value < 0x20 || value == 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
