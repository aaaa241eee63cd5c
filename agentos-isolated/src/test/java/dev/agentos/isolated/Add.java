package dev.agentos.isolated;

/** A payload whose class a jar has too. */
public record Add(int number) {}
