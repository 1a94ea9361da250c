using Azure.Storage.Queues;
using Benchmarks.EmptyFunction;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// The limits that the connector is measured against: functions that do nothing, or make the plain call, and log nothing.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(services =>
    new QueueClient(services.GetRequiredService<IConfiguration>()["Storage"], EmptyMessage.Results));
builder.Services.AddSingleton(services =>
{
    var settings = services.GetRequiredService<IConfiguration>();
    return PlainHttp.Client(new Uri(settings[PlainHttp.Org]!), settings[PlainHttp.Token]!);
});
builder.Build().Run();
