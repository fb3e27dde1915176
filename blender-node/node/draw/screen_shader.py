"""Shaders that fill the screen behind everything, at the far plane."""

import functools

import gpu

from draw import direct_shader

# The mean of linear light: the square approximates sRGB's curve.
_SHRINK_FRAGMENT = '''
void main()
{
  vec3 sum = vec3(0.0);
  ivec2 corner = ivec2(gl_FragCoord.xy) * TIMES;
  for (int k = 0; k < TIMES * TIMES; k++) {
    vec3 c = texelFetch(image, corner + ivec2(k % TIMES, k / TIMES), 0).rgb;
    sum += c * c;
  }
  colour = vec4(sqrt(sum / float(TIMES * TIMES)), 1.0);
}
'''

_COPY_FRAGMENT = '''
void main()
{
  colour = texelFetch(image, ivec2(gl_FragCoord.xy), 0);
}
'''


@functools.lru_cache(maxsize=None)
def copy(times=1):
    """An image behind everything, `times` the target's size each way.
    Attribute: pos (VEC2), the screen's corners."""
    info = gpu.types.GPUShaderCreateInfo()
    info.define('TIMES', str(times))
    info.sampler(0, 'FLOAT_2D', 'image')
    info.vertex_in(0, 'VEC2', 'pos')
    info.fragment_out(0, 'VEC4', 'colour')
    info.vertex_source('void main() { gl_Position = vec4(pos, 1.0, 1.0); }')
    info.fragment_source(_COPY_FRAGMENT if times == 1 else _SHRINK_FRAGMENT)
    return gpu.shader.create_from_info(info)


_BACKDROP_VERTEX = '''
void main()
{
  v_uv = 0.5 + 0.5 * pos * share.xy;
  gl_Position = vec4(pos, 1.0, 1.0);
}
'''

_BACKDROP_FRAGMENT = direct_shader.ENCODE + '''
void main()
{
  colour = vec4(encode(share.z * texture(image, v_uv).rgb), 1.0);
}
'''


@functools.lru_cache(maxsize=None)
def backdrop():
    """An image behind everything. Attribute: pos (VEC2), the screen's corners.
    Constant share: of the image that is seen, each way, and a factor of its light."""
    info = gpu.types.GPUShaderCreateInfo()
    between = gpu.types.GPUStageInterfaceInfo('effigy_backdrop')
    info.push_constant('VEC4', 'share')
    info.sampler(0, 'FLOAT_2D', 'image')
    info.vertex_in(0, 'VEC2', 'pos')
    info.fragment_out(0, 'VEC4', 'colour')
    between.smooth('VEC2', 'v_uv')
    return direct_shader.make(info, between, _BACKDROP_VERTEX, _BACKDROP_FRAGMENT)
