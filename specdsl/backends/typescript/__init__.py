"""Code generation for TypeScript."""
