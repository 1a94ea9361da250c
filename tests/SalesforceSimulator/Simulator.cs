namespace SalesforceSimulator;

public sealed class Simulator;
